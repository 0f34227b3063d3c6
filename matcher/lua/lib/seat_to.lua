-- include: keys
-- include: now
-- include: allowed
-- include: seat_moves
-- include: emit
-- Move a seat and tell the journal.
local function seat_to(seat, was, state, reason, until_ms, ticket)
  allowed(SEAT_MOVES, was, state)
  call('HSET', key('seat', seat), 'state', state, 'since', now, 'reason', reason, 'until', until_ms, 'ticket', ticket)
  emit('seat_changed', 'seat', seat, 'state', state, 'was', was, 'reason', reason, 'until_ms', until_ms,
    'ticket', ticket)
end
