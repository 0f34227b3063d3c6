-- The pages of these tickets are alive: renew their leases. A ticket that cannot be read is put aside and keeps nobody
-- else from being seen.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... tickets
-- Returns: how many leases were renewed
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: due
-- include: put_aside
local renewed = 0

local function see(ticket)
  local state, lease_ms = unpack(call('HMGET', key('ticket', ticket), 'state', 'lease'))
  if (state == 'waiting' or state == 'reserved') and tonumber(lease_ms) > 0 then
    due(now + lease_ms, 'page', ticket)
    renewed = renewed + 1
  end
end

for i = 3, #ARGV do
  local done, why = pcall(see, ARGV[i])
  if not done then
    put_aside('page|' .. ARGV[i], why)
  end
end
return renewed
