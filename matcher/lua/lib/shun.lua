-- include: keys
-- include: now
-- include: rules
-- include: due
-- include: agent_of
-- include: able_seats
-- include: ticket_lane
-- Keep a ticket from an agent for a while: shorter when no other able one is signed in, or it could go nowhere.
local function shun(ticket, seat)
  local agent = agent_of(seat)
  local own = tonumber(call('HGET', key('seat', agent), 'capacity') or 1)
  local for_ms = able_seats((ticket_lane(ticket))) > own and rules.shun_ms or rules.shun_alone_ms
  local shunned = call('HGET', key('ticket', ticket), 'shunned') or ','
  if not string.find(shunned, ',' .. agent .. ',', 1, true) then
    shunned = shunned .. agent .. ','
  end
  call('HSET', key('ticket', ticket), 'shunned', shunned)
  call('ZADD', key('shun', agent), now + for_ms, ticket)
  due(now + for_ms, 'shun', agent .. '|' .. ticket)
end
