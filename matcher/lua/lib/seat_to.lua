-- include: keys
-- include: now
-- include: allowed
-- include: seat_moves
-- include: emit
-- include: seat_counts
-- Move a seat and tell the journal; what is nothing is not told, a reader takes it so. The fields `reservation`,
-- `fence`, `deadline` and `busy` are never cleared: they mean something only in the states that set them.
local function is_away(state)
  return state == 'paused' or state == 'offline'
end

local function seat_to(seat, was, state, reason, until_ms, ticket, ...)
  allowed(SEAT_MOVES, was, state)
  if is_away(was) ~= is_away(state) then
    seat_counts('working', call('HGET', key('seat', seat), 'profile'), is_away(was) and 1 or -1)
  end
  call('HSET', key('seat', seat), 'state', state, 'since', now, 'reason', reason, 'until', until_ms, 'ticket', ticket,
    ...)
  if reason ~= '' or until_ms ~= 0 then
    emit('seat_changed', 'seat', seat, 'state', state, 'was', was, 'reason', reason, 'until_ms', until_ms,
      'ticket', ticket)
  elseif ticket ~= '' then
    emit('seat_changed', 'seat', seat, 'state', state, 'was', was, 'ticket', ticket)
  else
    emit('seat_changed', 'seat', seat, 'state', state, 'was', was)
  end
end
