-- include: keys
-- include: now
-- include: pace
-- include: seat_to
-- include: seat_offline
-- include: seat_idles
-- A seat that held a ticket, or came out of wrap-up, goes where it belongs: away when that was asked for meanwhile,
-- else `idle`. `idle_key` gives it its old place among the idle ones back; `known` is what the caller has read of it.
local EPOCH_MS = 1767225600000 -- 2026: keeps idle keys below 2^40

-- What is to be known of a seat that comes free: profile, duty, after, busy, wrap_ms.
local function free_row(seat)
  return call('HMGET', key('seat', seat), 'profile', 'duty', 'after', 'busy', 'wrap_ms')
end

-- A further place of a seat comes after first places, as a more flexible seat would.
local function behind(seat)
  local place = string.match(seat, '~(%d+)$')
  return place and (place - 1) * 1099511627776 or 0 -- 2^40, see lib/link.lua
end

local function seat_free(seat, was, idle_key, known)
  local row = known or free_row(seat)
  if row[4] and (was == 'serving' or was == 'wrap_up') then
    pace(row[1], math.max(0, now - row[4]))
  end
  if row[3] then
    call('HDEL', key('seat', seat), 'after')
  end
  if row[3] == 'offline' then
    seat_offline(seat, was, 'signed_out')
  elseif row[3] then
    seat_to(seat, was, 'paused', row[3], 0, '')
  else
    -- Kept before a ticket is found: a seat whose citizen hangs up while it rings is idle since now, not last time.
    idle_key = idle_key or now - EPOCH_MS + behind(seat)
    seat_to(seat, was, 'idle', '', 0, '', 'idle_key', idle_key)
    seat_idles(seat, row[1], row[2], idle_key, now)
  end
end
