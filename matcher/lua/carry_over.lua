-- Take events of an earlier session of the same ticket over into a session's log, numbered anew. The journal is not
-- told: it has told them before. The same `dedupe` again does nothing, nor does it in a log that is closed.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 session, 4 dedupe, 5… bodies (JSON objects without seq)
-- Returns: how many were taken over
-- Errors: none
-- Events: none
-- include: keys
-- include: rules
local session, dedupe = ARGV[3], 'd:' .. ARGV[4]
local numbers, log = key('numbers', session), key('log', session)
local is_known, is_closed = unpack(call('HMGET', numbers, dedupe, 'closed'))
if is_known or is_closed then
  return 0
end
for place = 5, #ARGV do
  local seq = call('HINCRBY', numbers, 'seq', 1)
  call('ZADD', log, seq, '{"seq":' .. seq .. ',' .. string.match(ARGV[place], '^{(.*)$'))
end
call('HSET', numbers, dedupe, call('HGET', numbers, 'seq') or 0)
call('EXPIRE', log, rules.log_s)
call('EXPIRE', numbers, rules.log_s)
return #ARGV - 4
