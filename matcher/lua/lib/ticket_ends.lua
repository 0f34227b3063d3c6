-- include: keys
-- include: rules
-- include: ticket_to
-- include: undue
-- include: alert_over
-- include: policy_drop
-- The ticket is over: nothing of it is left in any index, and its own record goes after a while. Sets further fields.
local function ticket_ends(ticket, was, state, ...)
  local policy, is_alerted, is_borrowed, is_shunned =
    unpack(call('HMGET', key('ticket', ticket), 'policy', 'alerted', 'borrowed', 'shunned'))
  undue(ticket, was)
  if is_alerted then
    alert_over(ticket)
  end
  if is_borrowed then
    call('HDEL', PREFIX .. 'borrowed', ticket)
  end
  if is_shunned then
    call('HDEL', key('ticket', ticket), 'shunned')
  end
  ticket_to(ticket, was, state, ...)
  policy_drop(policy)
  call('SREM', PREFIX .. 'open', ticket)
  call('EXPIRE', key('ticket', ticket), rules.keep_s)
  call('EXPIRE', key('about', ticket), rules.keep_s)
end
