-- Replaces a guest's entry on the list of a session, unless it has changed since it was read.
-- KEYS[1] the list (hash of participant to guest)
-- ARGV[1] participant  ARGV[2] the entry as it was read  ARGV[3] the new one  ARGV[4] kept so long, in seconds
-- returns 1 when it was replaced, else 0
if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
redis.call("EXPIRE", KEYS[1], ARGV[4])
return 1
