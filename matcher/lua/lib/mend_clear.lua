-- include: keys
-- include: drop_profile
-- include: ensure_profile
-- Remove all indexes; profiles in use come back at once, lanes with the first ticket that needs them.
local function clear(set, ...)
  for _, id in ipairs(call('SMEMBERS', PREFIX .. set)) do
    for _, kind in ipairs({ ... }) do
      call('DEL', key(kind, id))
    end
  end
end

local function clear_lane_words()
  for _, lane in ipairs(call('SMEMBERS', PREFIX .. 'lanes')) do
    local text = call('HGET', key('lane', lane), 'needs')
    local needs = cjson.decode(text or '{"skills":[],"seat":"","district":""}')
    call('DEL', key('named', needs.seat))
    for _, need in ipairs(needs.skills) do
      call('DEL', key('want', need.skill), key('want', need.skill .. '|' .. needs.district))
    end
  end
end

local function mend_clear(seats)
  local profiles = {}
  for _, seat in ipairs(seats) do
    local profile = call('HGET', key('seat', seat), 'profile')
    profiles[profile] = call('HMGET', key('profile', profile), 'able', 'duty', 'home', 'flex')
  end
  clear_lane_words()
  call('DEL', PREFIX .. 'online', PREFIX .. 'working')
  for _, profile in ipairs(call('SMEMBERS', PREFIX .. 'profiles')) do
    drop_profile(profile)
  end
  clear('lanes', 'lane', 'wait', 'cp')
  for profile in pairs(profiles) do
    call('DEL', key('idle', profile), key('pc', profile))
  end
  clear('profiles', 'idle', 'pc', 'profile')
  for _, name in ipairs({ 'heads', 'idle_heads', 'part_heads', 'line', 'lanes', 'profiles' }) do
    call('DEL', PREFIX .. name)
  end
  for profile, row in pairs(profiles) do
    if row[1] then
      ensure_profile(profile, unpack(row))
    end
  end
end
