-- include: keys
-- include: waits_since
-- What choosing a seat and reserving it need to know of a waiting ticket.
local function waiter_of(ticket)
  local score, shunned, before, from, step, class, alerted, told_low, told_high, told_at =
    unpack(call('HMGET', key('ticket', ticket), 'score', 'shunned', 'waited', 'from', 'step', 'priority',
      'alerted', 'told_low', 'told_high', 'told_at'))
  return { score = score, shunned = shunned, waited = before, from = from, step = step, class = class,
    alerted = alerted, told_low = told_low, told_high = told_high, told_at = told_at,
    since = waits_since(from, before) }
end
