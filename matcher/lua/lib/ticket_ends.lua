-- include: keys
-- include: rules
-- include: ticket_to
-- include: undue
-- include: alert_over
-- include: policy_drop
-- The ticket is over: nothing of it is left in any index, and its own record goes after a while.
local function ticket_ends(ticket, was, state)
  undue(ticket)
  alert_over(ticket)
  ticket_to(ticket, was, state)
  policy_drop(call('HGET', key('ticket', ticket), 'policy'))
  call('SREM', PREFIX .. 'open', ticket)
  call('HDEL', PREFIX .. 'borrowed', ticket)
  call('HDEL', key('ticket', ticket), 'deadline', 'shunned')
  call('EXPIRE', key('ticket', ticket), rules.keep_s)
  call('EXPIRE', key('about', ticket), rules.keep_s)
end
