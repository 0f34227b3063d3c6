-- include: keys
-- Remember how long a call keeps a seat busy, wrap-up and all: of a profile, and of the realm ('*') for profiles that
-- have little of their own. The last fifty or so calls count.
local FADES = 0.98

local function pace(profile, ms)
  local own = call('HMGET', key('pace', profile), 'n', 'ms')
  local all = call('HMGET', key('pace', '*'), 'n', 'ms')
  call('HSET', key('pace', profile), 'n', (tonumber(own[1]) or 0) * FADES + 1,
    'ms', (tonumber(own[2]) or 0) * FADES + ms)
  call('HSET', key('pace', '*'), 'n', (tonumber(all[1]) or 0) * FADES + 1, 'ms', (tonumber(all[2]) or 0) * FADES + ms)
end
