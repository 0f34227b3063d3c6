-- include: heads_of
-- Take a seat from among the idle ones.
local function idle_out(seat, profile, duty)
  call('ZREM', key('idle', profile), seat)
  local head = call('ZRANGE', key('idle', profile), 0, 0, 'WITHSCORES')
  if head[2] then
    call('ZADD', heads_of(duty), head[2], profile)
  else
    call('ZREM', heads_of(duty), profile)
  end
end
