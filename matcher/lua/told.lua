-- Remember the first expected wait that waiting citizens were told, to be compared with what it comes to.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3... ticket, low_s, high_s, ticket ...
-- Returns: how many were new
-- Errors: none
-- Events: none
-- include: keys
-- include: now
local CLASSES_FADE = 0.998

-- Which part of those who wait has a head start, and will overtake: a class's share is its count over 'n'.
local function remember(class)
  local fields = { 'n', 'sos', 'returning', 'appointment', 'priority' }
  local row = call('HMGET', PREFIX .. 'classes', unpack(fields))
  local set = {}
  for i, field in ipairs(fields) do
    set[2 * i - 1] = field
    set[2 * i] = (tonumber(row[i]) or 0) * CLASSES_FADE + ((field == 'n' or field == class) and 1 or 0)
  end
  call('HSET', PREFIX .. 'classes', unpack(set))
end

local new = 0
for i = 3, #ARGV, 3 do
  local state, is_told, class = unpack(call('HMGET', key('ticket', ARGV[i]), 'state', 'told_at', 'priority'))
  if state == 'waiting' and not is_told then
    call('HSET', key('ticket', ARGV[i]), 'told_at', now, 'told_low', ARGV[i + 1], 'told_high', ARGV[i + 2])
    remember(class)
    new = new + 1
  end
end
return new
