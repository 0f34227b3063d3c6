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
-- include: each_place
-- include: put_aside
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

local function beat(seat, window)
  local row = call('HMGET', key('seat', seat), 'state', 'window')
  if not row[1] or row[1] == 'offline' then
    unknown[#unknown + 1] = seat
  elseif row[2] ~= window then
    superseded[#superseded + 1] = seat
  else
    each_place(seat, renew)
  end
end

for i = 3, #ARGV, 2 do
  local done, why = pcall(beat, ARGV[i], ARGV[i + 1])
  if not done then
    put_aside('beat|' .. ARGV[i], why)
  end
end
return { superseded, unknown }
