-- include: keys
-- include: now
-- include: rules
-- include: due
-- include: able_seats
-- include: ticket_lane
-- Keep a ticket from a seat for a while: shorter when no other able one is signed in, or it could go nowhere.
local function shun(ticket, seat)
  local for_ms = able_seats((ticket_lane(ticket))) > 1 and rules.shun_ms or rules.shun_alone_ms
  local shunned = call('HGET', key('ticket', ticket), 'shunned') or ','
  if not string.find(shunned, ',' .. seat .. ',', 1, true) then
    shunned = shunned .. seat .. ','
  end
  call('HSET', key('ticket', ticket), 'shunned', shunned)
  call('ZADD', key('shun', seat), now + for_ms, ticket)
  due(now + for_ms, 'shun', seat .. '|' .. ticket)
end
