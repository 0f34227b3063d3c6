-- Puts another mark in the place of one whose node died, unless somebody else did.
-- KEYS[1] the command's answer
-- ARGV[1] the mark that stands there, ARGV[2] the new one, ARGV[3] how long it is kept, in seconds
-- returns 1 when it was put there
if redis.call("GET", KEYS[1]) == ARGV[1] then
  redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
  return 1
end
return 0
