-- Remember the first expected wait that waiting citizens were told, to be compared with what it comes to.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... ticket, low_s, high_s, ticket ...
-- Returns: how many were new
-- Errors: none
-- Events: none
-- include: keys
-- include: now
local new = 0
for i = 3, #ARGV, 3 do
  local row = call('HMGET', key('ticket', ARGV[i]), 'state', 'told_at')
  if row[1] == 'waiting' and not row[2] then
    call('HSET', key('ticket', ARGV[i]), 'told_at', now, 'told_low', ARGV[i + 1], 'told_high', ARGV[i + 2])
    new = new + 1
  end
end
return new
