-- include: keys
-- include: now
-- include: due
-- include: seat_counts
-- include: seat_to
-- Count the seats, give each a lease, and put away those whose ticket knows nothing of them.
local function has_its_ticket(seat, state, ticket, fence)
  local its_state, its_seat, its_fence = unpack(call('HMGET', key('ticket', ticket), 'state', 'seat', 'fence'))
  return its_state == state and its_seat == seat and its_fence == fence
end

local function mend_seats(seats)
  for _, seat in ipairs(seats) do
    local state, profile, ticket, fence, lease_ms, ends =
      unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'ticket', 'fence', 'lease', 'until'))
    if call('EXISTS', key('profile', profile)) == 0 then
      call('HSET', key('seat', seat), 'state', 'offline', 'ticket', '') -- its heartbeat is told to sign in again
      state = 'offline'
    end
    if state ~= 'offline' then
      seat_counts('online', profile, 1)
      seat_counts('working', profile, state == 'paused' and 0 or 1)
      call('ZADD', PREFIX .. 'due', 'NX', now + lease_ms, 'beat|' .. seat)
    end
    if state == 'wrap_up' then
      due(ends, 'wrap', seat)
    elseif (state == 'reserved' or state == 'serving') and not has_its_ticket(seat, state, ticket, fence) then
      seat_to(seat, state, 'paused', 'break', 0, '')
    elseif state ~= 'reserved' and state ~= 'serving' and ticket ~= '' then
      call('HSET', key('seat', seat), 'ticket', '')
    end
  end
end
