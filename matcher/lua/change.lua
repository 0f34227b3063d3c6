-- The catalogue changed: a ticket that is not being rung or served has other steps, or is about something else by name.
-- It keeps its score; the steps whose time has come are in force at once. The same again changes nothing, nor does a
-- caller whose rules are older than the realm's: what it brings was made of the catalogue before.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 policy, 5 steps (JSON), 6 about (JSON)
-- Returns: 1 when the ticket changed, else 0
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_changed, alert_over, reservation_made, seat_changed, seats_alerted
-- include: keys
-- include: rules
-- include: now
-- include: emit
-- include: due
-- include: unpark
-- include: alert_over
-- include: policy_hold
-- include: policy_drop
-- include: ensure_lane
-- include: ticket_waits
-- include: waited
local ticket, policy, about = ARGV[3], ARGV[4], ARGV[6]
local state, old, lane, before, from =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'policy', 'lane', 'waited', 'from'))
if not state then
  return { -1, ticket }
elseif state ~= 'waiting' and state ~= 'held' and state ~= 'scheduled' then
  return { -2, state }
elseif unpack_rules(ARGV[2]).version < rules.version then
  return 0
elseif old == policy and call('GET', key('about', ticket)) == about then
  return 0
end
local steps = cjson.decode(ARGV[5])
local waited_ms = state == 'scheduled' and (tonumber(before) or 0) or waited(before, from)
local step = 0
while steps[step + 2] and steps[step + 2].after_ms <= waited_ms do
  step = step + 1
end
local to = steps[step + 1]
if state == 'waiting' then
  unpark(ticket, lane)
  alert_over(ticket)
end
policy_hold(policy, ARGV[5])
policy_drop(old)
call('HSET', key('ticket', ticket), 'policy', policy, 'step', step, 'lane', to.lane)
call('SET', key('about', ticket), about)
call('ZREM', PREFIX .. 'due', 'widen|' .. ticket)
emit('ticket_changed', 'ticket', ticket, 'step', step, 'relaxed', to.relaxed, 'lane', to.lane, 'needs', to.needs,
  'about', about)
if state ~= 'scheduled' and steps[step + 2] then
  due(now + steps[step + 2].after_ms - waited_ms, 'widen', ticket)
end
if state == 'waiting' then
  ensure_lane(to.lane, to.needs)
  ticket_waits(ticket, to.lane)
end
return 1
