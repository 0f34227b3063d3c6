-- Renew the leases of seats; tells which windows were superseded and which seats must sign in again.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... seat, window, seat, window ...
-- Returns: {superseded seats, unknown seats}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: due
local superseded, unknown = {}, {}
for i = 3, #ARGV, 2 do
  local seat = ARGV[i]
  local row = call('HMGET', key('seat', seat), 'state', 'window', 'lease', 'lost', 'ticket')
  if not row[1] or row[1] == 'offline' then
    unknown[#unknown + 1] = seat
  elseif row[2] ~= ARGV[i + 1] then
    superseded[#superseded + 1] = seat
  else
    due(now + row[3], 'beat', seat)
    if row[4] then
      call('HDEL', key('seat', seat), 'lost')
      call('ZREM', PREFIX .. 'due', 'grace|' .. row[5])
    end
  end
end
return { superseded, unknown }
