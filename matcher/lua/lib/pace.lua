-- include: keys
-- Remember how long a call keeps a seat busy, wrap-up and all: of a profile, and of the realm ('*') for profiles that
-- have little of their own. The last fifty or so calls count.
local FADES = 0.998

local function remember(hash, ms)
  local row = call('HMGET', hash, 'n', 'ms')
  call('HSET', hash, 'n', (tonumber(row[1]) or 0) * FADES + 1, 'ms', (tonumber(row[2]) or 0) * FADES + ms)
end

local function pace(profile, ms)
  remember(key('pace', profile), ms)
  remember(key('pace', '*'), ms)
end
