-- Renew the leases of seats; tells which windows were superseded and which seats must sign in again. A seat that cannot
-- be read is put aside and keeps no other one from its lease.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... seat, window, seat, window ...
-- Returns: {superseded seats, unknown seats}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: due
-- include: put_aside
local superseded, unknown = {}, {}

local function beat(seat, window)
  local state, known, lease_ms, lost, ticket =
    unpack(call('HMGET', key('seat', seat), 'state', 'window', 'lease', 'lost', 'ticket'))
  if not state or state == 'offline' then
    unknown[#unknown + 1] = seat
  elseif known ~= window then
    superseded[#superseded + 1] = seat
  else
    due(now + lease_ms, 'beat', seat)
    if lost then
      call('HDEL', key('seat', seat), 'lost')
      call('ZREM', PREFIX .. 'due', 'grace|' .. ticket)
    end
  end
end

for i = 3, #ARGV, 2 do
  local done, why = pcall(beat, ARGV[i], ARGV[i + 1])
  if not done then
    put_aside('beat|' .. ARGV[i], why)
  end
end
return { superseded, unknown }
