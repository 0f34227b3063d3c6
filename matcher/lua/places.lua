-- Where tickets stand: how many go before them for the same seats, and what their wait depends on.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: {{giving up per second, tickets told a wait so far, of which sos, returning, appointment, priority},
--          {ticket, ahead (-1: does not wait), able seats signed in, class, age in ms,
--          '1' when it was told a wait already, {line, line it widens to...}, its row or nil}...}; fractions as text.
--          A line: {in ms, ahead in its own lane, calls a second of its seats, working seats,
--          {ahead in a rival lane, working seats that both want, all the rival's working seats}...}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: able_seats
-- include: lane_seen
-- include: ticket_row
-- include: waited
local BUDGET = 1000 -- about so many commands a call, or a millisecond or two; one ticket is always answered
local lanes, known, policies, spent = {}, {}, {}, 0

local function seen(lane)
  if not lanes[lane] then
    lanes[lane] = lane_seen(lane, known)
    spent = spent + lanes[lane].cost
  end
  return lanes[lane]
end

local function able_in(lane)
  return string.byte(lane) == 64 and able_seats(lane) or seen(lane).able -- '@': only one seat's
end

local function steps_of(policy)
  policies[policy] = policies[policy] or cjson.decode(call('HGET', key('policy', policy), 'steps'))
  return policies[policy]
end

-- The line as it stands before this score, its own ticket left out.
local function line_of(lane, score, in_ms)
  local found, before = seen(lane), '(' .. score
  local own, others = call('ZCOUNT', key('wait', lane), '-inf', before), 0
  local line = { in_ms, own, found.rate, found.seats }
  for _, rival in ipairs(found.rivals) do
    local ahead = call('ZCOUNT', key('wait', rival[1]), '-inf', before) * rival[4]
    others = others + ahead
    if ahead > 0 then
      line[#line + 1] = { math.floor(ahead + 0.5), rival[2], rival[3] }
    end
  end
  spent = spent + 1 + #found.rivals
  return line, own + math.floor(others + 0.5)
end

local function place_of(ticket)
  local row = ticket_row(ticket)
  spent = spent + 4
  local state, lane, score, is_told, policy, step, before, from, class, arrived =
    unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'score', 'told_at', 'policy', 'step', 'waited',
      'from', 'priority', 'arrived'))
  if state ~= 'waiting' then
    return { ticket, -1, 0, '', 0, '1', {}, row }
  end
  local line, ahead = line_of(lane, score, 0)
  local lines, waited_ms, steps = { line }, waited(before, from), steps_of(policy)
  for i = step + 2, #steps do
    lines[#lines + 1] = line_of(steps[i].lane, score, math.max(0, steps[i].after_ms - waited_ms))
  end
  return { ticket, ahead, able_in(lane), class, now - arrived, is_told and '1' or '0', lines, row }
end

local left, left_ms = unpack(call('HMGET', PREFIX .. 'patience', 'left', 'ms'))
local ms = tonumber(left_ms) or 0
local head = { tostring(ms > 0 and tonumber(left) * 1000 / ms or 0) }
for i, n in ipairs(call('HMGET', PREFIX .. 'classes', 'n', 'sos', 'returning', 'appointment', 'priority')) do
  head[i + 1] = n or '0'
end
local answers = { head }
for i = 3, #ARGV do
  answers[i - 1] = place_of(ARGV[i])
  if spent > BUDGET then
    break
  end
end
return answers
