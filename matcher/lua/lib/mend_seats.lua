-- include: keys
-- include: now
-- include: due
-- include: seat_counts
-- include: seat_to
-- Count the seats, give each a lease, and put away those whose ticket knows nothing of them.
local function has_its_ticket(seat, row)
  local held = call('HMGET', key('ticket', row[3]), 'state', 'seat', 'fence')
  return held[1] == row[1] and held[2] == seat and held[3] == row[4]
end

local function mend_seats(seats)
  for _, seat in ipairs(seats) do
    local row = call('HMGET', key('seat', seat), 'state', 'profile', 'ticket', 'fence', 'lease', 'until')
    local state = row[1]
    if call('EXISTS', key('profile', row[2])) == 0 then
      call('HSET', key('seat', seat), 'state', 'offline', 'ticket', '') -- its heartbeat is told to sign in again
      state = 'offline'
    end
    if state ~= 'offline' then
      seat_counts('online', row[2], 1)
      seat_counts('working', row[2], state == 'paused' and 0 or 1)
      call('ZADD', PREFIX .. 'due', 'NX', now + row[5], 'beat|' .. seat)
    end
    if state == 'wrap_up' then
      due(row[6], 'wrap', seat)
    elseif (state == 'reserved' or state == 'serving') and not has_its_ticket(seat, row) then
      seat_to(seat, state, 'paused', 'break', 0, '')
    elseif state ~= 'reserved' and state ~= 'serving' and row[3] ~= '' then
      call('HSET', key('seat', seat), 'ticket', '')
    end
  end
end
