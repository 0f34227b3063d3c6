-- include: keys
-- include: now
-- include: pace
-- include: seat_to
-- include: seat_offline
-- include: seat_idles
-- A seat that held a ticket, or came out of wrap-up, goes where it belongs: away when that was asked for meanwhile,
-- else `idle`. `idle_key` gives it its old place among the idle ones back.
local EPOCH_MS = 1767225600000 -- 2026: keeps idle keys below 2^40

-- A further place of a seat comes after first places, as a more flexible seat would.
local function behind(seat)
  local place = string.match(seat, '~(%d+)$')
  return place and (place - 1) * 1099511627776 or 0 -- 2^40, see lib/link.lua
end

local function seat_free(seat, was, idle_key)
  local row = call('HMGET', key('seat', seat), 'profile', 'duty', 'after', 'busy')
  if row[4] and (was == 'serving' or was == 'wrap_up') then
    pace(row[1], math.max(0, now - row[4]))
  end
  call('HDEL', key('seat', seat), 'after', 'reservation', 'fence', 'deadline', 'busy')
  if row[3] == 'offline' then
    seat_offline(seat, was, 'signed_out')
  elseif row[3] then
    seat_to(seat, was, 'paused', row[3], 0, '')
  else
    seat_to(seat, was, 'idle', '', 0, '')
    seat_idles(seat, row[1], row[2], idle_key or (now - EPOCH_MS + behind(seat)))
  end
end
