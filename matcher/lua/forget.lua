-- Say in the journal that a ticket has expired of which the queue knows nothing any more. In one step with the look:
-- who comes back a moment later is told of after it, and stands where it stood.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 why
-- Returns: 1 said; 0 the queue knows the ticket, or it was said within the hour
-- Errors: none
-- Events: ticket_left
-- include: keys
-- include: emit
local ticket = ARGV[3]
if call('EXISTS', key('ticket', ticket)) == 1 then
  return 0
elseif not call('SET', key('forgotten', ticket), '1', 'NX', 'EX', 3600) then
  return 0
end
emit('ticket_left', 'ticket', ticket, 'state', 'expired', 'why', ARGV[4], 'waited_ms', 0)
return 1
