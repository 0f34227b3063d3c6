-- Write a durable event of a session: number it, keep it for replay, tell the journal. The same `dedupe` again gives
-- the same number and writes nothing. An event for an open log only is not written to a closed one, also where its
-- caller saw the log open a moment ago: then the number is that of the close. The events that tell
-- how the session stands (it closes, somebody comes or goes) are kept in `marks` a second time, to be read without the
-- chat.
-- The first event of a session is refused unless its ticket is in that session: the queue was wiped a moment ago, and
-- numbers that began anew would be passed over by pages, which have seen higher ones.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 session, 4 ticket, 5 kind, 6 body (JSON object without seq and at_ms), 7 by, 8 dedupe,
--       9 how: 'shown' to pages; 'private': no page is sent it; 'closes' the log, or only 'while_open' (both shown);
--       'said': shown, and refused once the log is closed: nobody would see it
-- Returns: its number; 0 where it is refused
-- Errors: TICKET_NOT_FOUND
-- Events: session_noted
-- include: keys
-- include: rules
-- include: emit
local session, dedupe, how = ARGV[3], ARGV[8], ARGV[9]
local numbers, log = key('numbers', session), key('log', session)
if dedupe ~= '' then
  local known = call('HGET', numbers, 'd:' .. dedupe)
  if known then
    return tonumber(known)
  end
end
if call('EXISTS', numbers) == 0 and call('HGET', key('ticket', ARGV[4]), 'session') ~= session then
  return { -1, ARGV[4] }
end
if how == 'while_open' or how == 'said' then
  local closed = call('HGET', numbers, 'closed')
  if closed then
    return how == 'said' and 0 or tonumber(closed)
  end
end
local seq = call('HINCRBY', numbers, 'seq', 1)
local rest = string.match(ARGV[6], '^%s*{%s*(.*)$')
local body = '{"seq":' .. seq .. ',"at_ms":' .. ARGV[1] .. (string.sub(rest, 1, 1) == '}' and '' or ',') .. rest
if dedupe ~= '' then
  call('HSET', numbers, 'd:' .. dedupe, seq)
end
if how == 'closes' then
  call('HSET', numbers, 'closed', seq)
end
if how ~= 'private' then
  call('ZADD', log, seq, body)
  call('EXPIRE', log, rules.log_s)
end
if how == 'closes' or how == 'while_open' or ARGV[5] == 'hung_up' then
  call('ZADD', key('marks', session), seq, body)
  call('EXPIRE', key('marks', session), rules.log_s)
end
call('EXPIRE', numbers, rules.log_s)
emit('session_noted', 'session', session, 'ticket', ARGV[4], 'seq', seq, 'kind', ARGV[5], 'body', body, 'by', ARGV[7])
return seq
