-- include: keys
-- include: waits_since
-- What choosing a seat and reserving it need to know of a waiting ticket.
local function waiter_of(ticket)
  local row = call('HMGET', key('ticket', ticket), 'score', 'shunned', 'waited', 'from', 'step', 'priority',
    'alerted', 'told_low', 'told_high', 'told_at')
  return { score = row[1], shunned = row[2], waited = row[3], from = row[4], step = row[5], class = row[6],
    alerted = row[7], told_low = row[8], told_high = row[9], told_at = row[10], since = waits_since(row[4], row[3]) }
end
