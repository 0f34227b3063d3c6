-- include: keys
-- include: rules
-- Note that the profile may serve the lane. `cp` holds what a seat costs (flexible ones and ones from another
-- district are kept for later), `pc` what a lane costs (another district's tickets wait a little longer).
local TIER = 1099511627776 -- 2^40 ms: more than any idle time
local AWAY_TIERS = 2048

local function link(lane, district, profile, flex, home)
  local away = home ~= '' and district ~= '' and home ~= district
  call('ZADD', key('cp', lane), ((away and AWAY_TIERS or 0) + flex) * TIER, profile)
  call('ZADD', key('pc', profile), away and rules.away_ms or 0, lane)
end
