-- include: keys
-- include: seat_counts
-- include: seat_to
-- A seat that holds no ticket (any more) is gone.
local function seat_offline(seat, was, reason)
  local profile = call('HGET', key('seat', seat), 'profile')
  call('HDEL', key('seat', seat), 'after', 'lost')
  call('ZREM', PREFIX .. 'due', 'beat|' .. seat, 'wrap|' .. seat)
  seat_counts('online', profile, -1)
  seat_to(seat, was, 'offline', reason, 0, '')
end
