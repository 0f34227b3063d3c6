-- Where tickets stand: how many go before them for the same seats, and what their wait depends on.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: {{giving up per second, tickets told a wait so far, of which sos, returning, appointment, priority},
--          {ticket, ahead (-1: does not wait), able seats signed in, class, age in ms,
--          '1' when it was told a wait already, {line, line it widens to...}}...}; fractions as text.
--          A line: {in ms, ahead in its own lane, calls a second of its seats, working seats,
--          {ahead in a rival lane, working seats that both want, all the rival's working seats}...}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: able_seats
-- include: rate_of
-- include: rivals_of
-- include: waited
local lanes, known, policies = {}, {}, {}

local function about(lane)
  lanes[lane] = lanes[lane]
    or { rivals = rivals_of(lane, known), rate = tostring(rate_of(lane)), seats = seats_of(lane, lane, known) }
  return lanes[lane]
end

local function able_of(lane)
  local found = about(lane)
  found.able = found.able or able_seats(lane)
  return found.able
end

local function steps_of(policy)
  policies[policy] = policies[policy] or cjson.decode(call('HGET', key('policy', policy), 'steps'))
  return policies[policy]
end

-- The line as it stands before this score, its own ticket left out.
local function line_of(lane, score, in_ms)
  local found, before = about(lane), '(' .. score
  local own = call('ZCOUNT', key('wait', lane), '-inf', before)
  local line, ahead = { in_ms, own, found.rate, found.seats }, own
  for _, rival in ipairs(found.rivals) do
    local count = call('ZCOUNT', key('wait', rival[1]), '-inf', before)
    ahead = ahead + count
    if count > 0 then
      line[#line + 1] = { count, rival[2], rival[3] }
    end
  end
  return line, ahead
end

local function place_of(ticket)
  local row = call('HMGET', key('ticket', ticket), 'state', 'lane', 'score', 'told_at', 'policy', 'step', 'waited',
    'from', 'priority', 'arrived')
  if row[1] ~= 'waiting' then
    return { ticket, -1, 0, '', 0, '1', {} }
  end
  local line, ahead = line_of(row[2], row[3], 0)
  local lines, waited_ms, steps = { line }, waited(row[7], row[8]), steps_of(row[5])
  for i = row[6] + 2, #steps do
    lines[#lines + 1] = line_of(steps[i].lane, row[3], math.max(0, steps[i].after_ms - waited_ms))
  end
  return { ticket, ahead, able_of(row[2]), row[9], now - row[10], row[4] and '1' or '0', lines }
end

local waits = call('HMGET', PREFIX .. 'patience', 'left', 'ms')
local ms = tonumber(waits[2]) or 0
local head = { tostring(ms > 0 and tonumber(waits[1]) * 1000 / ms or 0) }
for i, told in ipairs(call('HMGET', PREFIX .. 'classes', 'n', 'sos', 'returning', 'appointment', 'priority')) do
  head[i + 1] = told or '0'
end
local answers = { head }
for i = 3, #ARGV do
  answers[i - 1] = place_of(ARGV[i])
end
return answers
