-- include: keys
-- What choosing a seat and reserving it need to know of a waiting ticket.
local function waiter_of(ticket)
  local row = call('HMGET', key('ticket', ticket), 'score', 'arrived', 'shunned', 'waited', 'from', 'step', 'priority',
    'alerted', 'told_low', 'told_high', 'told_at')
  return { score = row[1], arrived = row[2], shunned = row[3], waited = row[4], from = row[5], step = row[6],
    class = row[7], alerted = row[8], told_low = row[9], told_high = row[10], told_at = row[11] }
end
