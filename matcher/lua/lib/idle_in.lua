-- include: heads_of
-- Put a seat among the idle ones of its profile; the longest idle has the lowest key.
local function idle_in(seat, profile, duty, idle_key)
  call('ZADD', key('idle', profile), idle_key, seat)
  call('ZADD', heads_of(duty), 'LT', idle_key, profile)
end
