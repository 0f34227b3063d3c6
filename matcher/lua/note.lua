-- Write a durable event of a session: number it, keep it for replay, tell the journal. The same `dedupe` again gives
-- the same number and writes nothing; and a closed session moves no more, whoever saw it open a moment ago.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 session, 4 ticket, 5 kind, 6 body (JSON object without seq and at_ms), 7 by, 8 dedupe,
--       9 '1' when pages are sent it
-- Returns: its number
-- Errors: none
-- Events: session_noted
-- include: keys
-- include: rules
-- include: emit
local session, kind, dedupe = ARGV[3], ARGV[5], ARGV[8]
local numbers, log = key('numbers', session), key('log', session)
if dedupe ~= '' then
  local known = call('HGET', numbers, 'd:' .. dedupe)
  if known then
    return tonumber(known)
  end
end
if kind == 'session_moved' then
  local closed = call('HGET', numbers, 'closed')
  if closed then
    return tonumber(closed)
  end
end
local seq = call('HINCRBY', numbers, 'seq', 1)
local rest = string.match(ARGV[6], '^%s*{%s*(.*)$')
local body = '{"seq":' .. seq .. ',"at_ms":' .. ARGV[1] .. (string.sub(rest, 1, 1) == '}' and '' or ',') .. rest
if dedupe ~= '' then
  call('HSET', numbers, 'd:' .. dedupe, seq)
end
if kind == 'session_closed' then
  call('HSET', numbers, 'closed', seq)
end
if ARGV[9] == '1' then
  call('ZADD', log, seq, body)
  call('EXPIRE', log, rules.log_s)
end
call('EXPIRE', numbers, rules.log_s)
emit('session_noted', 'session', session, 'ticket', ARGV[4], 'seq', seq, 'kind', kind, 'body', body, 'by', ARGV[7])
return seq
