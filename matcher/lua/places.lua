-- Where tickets stand: how many go before them for the same seats, and what their wait depends on.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: {giving up per second, {ticket, ahead (-1: does not wait), able seats signed in, ahead for its own seats,
--          calls a second of its seats, '1' when it was told a wait already}...}; fractions as text
-- Errors: none
-- Events: none
-- include: keys
-- include: able_seats
-- include: rate_of
-- include: rivals_of
local lanes, known = {}, {}

local function about(lane)
  lanes[lane] = lanes[lane]
    or { rivals = rivals_of(lane, known), able = able_seats(lane), rate = tostring(rate_of(lane)) }
  return lanes[lane]
end

local function place_of(ticket)
  local row = call('HMGET', key('ticket', ticket), 'state', 'lane', 'score', 'told_at')
  if row[1] ~= 'waiting' then
    return { ticket, -1, 0, '0', '0', '1' }
  end
  local lane = about(row[2])
  local ahead = call('ZRANK', key('wait', row[2]), ticket)
  local own = ahead
  for _, rival in ipairs(lane.rivals) do
    local before = call('ZCOUNT', key('wait', rival[1]), '-inf', '(' .. row[3])
    ahead, own = ahead + before, own + before * rival[2]
  end
  return { ticket, ahead, lane.able, tostring(own), lane.rate, row[4] and '1' or '0' }
end

local waits = call('HMGET', PREFIX .. 'patience', 'left', 'ms')
local ms = tonumber(waits[2]) or 0
local answers = { tostring(ms > 0 and tonumber(waits[1]) * 1000 / ms or 0) }
for i = 3, #ARGV do
  answers[i - 1] = place_of(ARGV[i])
end
return answers
