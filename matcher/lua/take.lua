-- Take a place in the queue: reserved at once for an idle able seat, else parked in its lane. Or, with `at_ms`, an
-- appointment or a callback whose time has not come. The same ticket again changes nothing.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 priority, 5 arrived_ms, 6 head start in ms, 7 policy, 8 steps (JSON),
--       9 about (JSON), 10 page lease in ms (0: none), 11 at_ms (0: waits now), 12 needs of step 0 (JSON),
--       13 lane of step 0, 14 'appointment' when it is one: it must `arrive` in time; 'realm|fence' when
--       it is borrowed and must be claimed there first, 15 after_ms of step 1 or ''
-- Returns: the ticket's row; of a new one its fields, and what a seat found at once adds to them
-- Errors: TICKET_ID_TAKEN
-- Events: ticket_taken, reservation_made, seat_changed, seats_alerted
-- include: keys
-- include: now
-- include: rules
-- include: emit
-- include: count
-- include: due
-- include: ensure_lane
-- include: policy_hold
-- include: ticket_waits
-- include: ticket_row
local ticket, priority, arrived, policy, about = ARGV[3], ARGV[4], ARGV[5], ARGV[7], ARGV[9]
local lease_ms, at_ms, needs, lane = tonumber(ARGV[10]), tonumber(ARGV[11]), ARGV[12], ARGV[13]
local its_policy, its_priority, asked = unpack(call('HMGET', key('ticket', ticket), 'policy', 'priority', 'asked'))
if its_policy then
  if its_policy ~= policy or (asked or its_priority) ~= priority then
    return { -3, ticket }
  end
  return ticket_row(ticket)
end

-- What was asked for is not today's, but a later time's.
local function scheduled()
  call('HSET', key('ticket', ticket), 'at', at_ms)
  if string.find(ARGV[14], '|', 1, true) then
    call('HSET', key('ticket', ticket), 'borrowed', 1)
    call('HSET', PREFIX .. 'borrowed', ticket, ARGV[14])
  elseif ARGV[14] ~= '' then
    call('HSET', key('ticket', ticket), 'appointment', 1)
    at_ms = at_ms + rules.on_time_ms
  else
    call('HSET', key('ticket', ticket), 'from', at_ms, 'waited', math.max(0, now - arrived))
  end
  due(at_ms, 'time', ticket)
  return ticket_row(ticket)
end

local state = at_ms > 0 and 'scheduled' or 'waiting'
policy_hold(policy, ARGV[8])
-- Who came in the same millisecond stands in the order of coming: doubles of this size have 12 bits to spare.
local score = string.format('%.17g', arrived - ARGV[6] + count('taken') % 4096 / 4096)
local fields = { 'state', state, 'priority', priority, 'arrived', arrived, 'taken', ARGV[1], 'score', score,
  'step', '0', 'lane', lane, 'policy', policy, 'waited', '0', 'from', arrived, 'lease', ARGV[10] }
call('HSET', key('ticket', ticket), unpack(fields))
call('SET', key('about', ticket), about)
call('SADD', PREFIX .. 'open', ticket)
emit('ticket_taken', 'ticket', ticket, 'arrived_ms', arrived, 'priority', priority, 'needs', needs, 'about', about,
  'lane', lane, 'state', state)
if state == 'scheduled' then
  return scheduled()
end
if lease_ms > 0 then
  due(now + lease_ms, 'page', ticket)
end
if ARGV[15] ~= '' then
  due(arrived + ARGV[15], 'widen', ticket)
end
ensure_lane(lane, needs)
local more = ticket_waits(ticket, lane,
  { score = score, since = arrived, waited = '0', from = arrived, step = '0', class = priority })
return { ticket, fields, more }
