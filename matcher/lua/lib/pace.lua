-- include: keys
-- Remember how long a call keeps a seat busy, wrap-up and all: of a profile, and of the realm ('*') for profiles that
-- have little of their own; both in one hash, each as two numbers: calls and milliseconds. The last thousand or so
-- calls count: talk times vary much and drift little, and fifty left the expected wait with half as much error again
-- (bench/expected_wait.py).
local FADES = 0.999

local function paced(text)
  if text then
    return struct.unpack('<dd', text)
  end
  return 0, 0
end

local function and_one(text, ms)
  local n, sum = paced(text)
  return struct.pack('<dd', n * FADES + 1, sum * FADES + ms)
end

local function pace(profile, ms)
  local known = call('HMGET', PREFIX .. 'pace', profile, '*')
  call('HSET', PREFIX .. 'pace', profile, and_one(known[1], ms), '*', and_one(known[2], ms))
end
