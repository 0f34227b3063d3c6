-- The pages of these tickets are alive: renew their leases.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: how many leases were renewed
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: due
local renewed = 0
for i = 3, #ARGV do
  local row = call('HMGET', key('ticket', ARGV[i]), 'state', 'lease')
  if (row[1] == 'waiting' or row[1] == 'reserved') and tonumber(row[2]) > 0 then
    due(now + row[2], 'page', ARGV[i])
    renewed = renewed + 1
  end
end
return renewed
