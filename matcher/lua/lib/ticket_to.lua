-- include: keys
-- include: allowed
-- include: ticket_moves
-- Move a ticket and set further fields.
local function ticket_to(ticket, was, state, ...)
  allowed(TICKET_MOVES, was, state)
  call('HSET', key('ticket', ticket), 'state', state, ...)
end
