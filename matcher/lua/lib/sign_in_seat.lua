-- include: keys
-- include: now
-- include: emit
-- include: due
-- include: idle_out
-- include: seat_counts
-- include: seat_to
-- include: seat_idles
-- A seat announces itself: `card` has profile, able, duty, wrap_ms, window, lease_ms, account.
local function announce(seat, card)
  call('SADD', PREFIX .. 'seats', seat)
  call('HSET', key('seat', seat), 'profile', card.profile, 'duty', card.duty, 'wrap_ms', card.wrap_ms,
    'window', card.window, 'lease', card.lease_ms, 'account', card.account)
  call('HDEL', key('seat', seat), 'lost')
  due(now + card.lease_ms, 'beat', seat)
  emit('seat_announced', 'seat', seat, 'duty', card.duty, 'profile', card.profile, 'abilities', card.able)
end

local function sign_in_seat(seat, card)
  local state, old, duty, ticket, old_key, since =
    unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'duty', 'ticket', 'idle_key', 'since'))
  local idle_key
  state = state or 'offline'
  if state == 'idle' and old ~= card.profile then
    idle_out(seat, old, duty)
    idle_key = old_key
  end
  announce(seat, card)
  if state == 'offline' then
    seat_counts('online', card.profile, 1)
    call('HSET', key('seat', seat), 'misses', 0)
    seat_to(seat, 'offline', 'paused', 'break', 0, '')
  elseif old ~= card.profile then
    seat_counts('online', old, -1)
    seat_counts('online', card.profile, 1)
    if state ~= 'paused' then
      seat_counts('working', old, -1)
      seat_counts('working', card.profile, 1)
    end
  end
  if ticket and ticket ~= '' then
    call('ZREM', PREFIX .. 'due', 'grace|' .. ticket)
  end
  if idle_key then
    seat_idles(seat, card.profile, card.duty, idle_key, since)
  end
end
