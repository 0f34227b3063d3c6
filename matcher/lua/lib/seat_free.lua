-- include: keys
-- include: now
-- include: pace
-- include: seat_to
-- include: seat_offline
-- include: seat_idles
-- A seat that held a ticket, or came out of wrap-up, goes where it belongs: away when that was asked for meanwhile,
-- else `idle`. `idle_key` gives it its old place among the idle ones back; `known` is what the caller has read of it.
local EPOCH_MS = 1767225600000 -- 2026: keeps idle keys below 2^40

-- What is to be known of a seat that comes free.
local function free_row(seat)
  local profile, duty, after, busy, wrap_ms =
    unpack(call('HMGET', key('seat', seat), 'profile', 'duty', 'after', 'busy', 'wrap_ms'))
  return { profile = profile, duty = duty, after = after, busy = busy, wrap_ms = tonumber(wrap_ms) }
end

local function seat_free(seat, was, idle_key, known)
  local row = known or free_row(seat)
  if row.busy and (was == 'serving' or was == 'wrap_up') then
    pace(row.profile, math.max(0, now - row.busy))
  end
  if row.after then
    call('HDEL', key('seat', seat), 'after')
  end
  if row.after == 'offline' then
    seat_offline(seat, was, 'signed_out')
  elseif row.after then
    seat_to(seat, was, 'paused', row.after, 0, '')
  else
    -- Kept before a ticket is found: a seat whose citizen hangs up while it rings is idle since now, not last time.
    idle_key = idle_key or now - EPOCH_MS
    seat_to(seat, was, 'idle', '', 0, '', 'idle_key', idle_key)
    seat_idles(seat, row.profile, row.duty, idle_key, now)
  end
end
