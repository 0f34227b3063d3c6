-- Set the business clock of a demonstration in one step: of two operators at once none undoes the other's.
-- KEYS: 1 its offset in ms
-- ARGV: 1 'to' a time or 'by' a while, 2 that in ms, 3 now_ms, 4 earliest ms that it may show, 5 the first too late,
--       6 seconds that the offset is kept
-- Returns: {offset before, offset after, 1 where it was set and 0 where it would be out of range}
local before, now = tonumber(redis.call('GET', KEYS[1])) or 0, tonumber(ARGV[3])
local after = ARGV[1] == 'to' and ARGV[2] - now or before + ARGV[2]
if now + after < tonumber(ARGV[4]) or now + after >= tonumber(ARGV[5]) then
  return { string.format('%.0f', before), string.format('%.0f', after), 0 }
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'EX', ARGV[6])
return { string.format('%.0f', before), string.format('%.0f', after), 1 }
