-- Renew the leases of seats; tells which windows were superseded and which seats must sign in again.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... seat, window, seat, window ...
-- Returns: {superseded seats, unknown seats}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: due
-- include: each_place
local function renew(seat)
  local row = call('HMGET', key('seat', seat), 'state', 'lease', 'lost', 'ticket')
  if row[1] and row[1] ~= 'offline' then
    due(now + row[2], 'beat', seat)
    if row[3] then
      call('HDEL', key('seat', seat), 'lost')
      call('ZREM', PREFIX .. 'due', 'grace|' .. row[4])
    end
  end
end

local superseded, unknown = {}, {}
for i = 3, #ARGV, 2 do
  local seat = ARGV[i]
  local row = call('HMGET', key('seat', seat), 'state', 'window')
  if not row[1] or row[1] == 'offline' then
    unknown[#unknown + 1] = seat
  elseif row[2] ~= ARGV[i + 1] then
    superseded[#superseded + 1] = seat
  else
    each_place(seat, renew)
  end
end
return { superseded, unknown }
