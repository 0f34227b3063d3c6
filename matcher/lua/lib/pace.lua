-- include: keys
-- Remember how long a call keeps a seat busy, wrap-up and all: of a profile, and of the realm ('*') for profiles that
-- have little of their own. The last five hundred or so calls count: talk times vary much and drift little, and fifty
-- left the expected wait with half as much error again (bench/expected_wait.py).
local FADES = 0.998

local function remember(hash, ms)
  local row = call('HMGET', hash, 'n', 'ms')
  call('HSET', hash, 'n', (tonumber(row[1]) or 0) * FADES + 1, 'ms', (tonumber(row[2]) or 0) * FADES + ms)
end

local function pace(profile, ms)
  remember(key('pace', profile), ms)
  remember(key('pace', '*'), ms)
end
