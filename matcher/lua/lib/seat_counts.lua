-- include: keys
-- include: now
-- include: due
-- How many seats of a profile are signed in (`online`), and how many take tickets (`working`). A profile that nobody
-- is signed in with for a day is forgotten.
local PROFILE_KEPT_MS = 86400000

local function seat_counts(set, profile, n)
  if tonumber(call('ZINCRBY', PREFIX .. set, n, profile)) <= 0 then
    call('ZREM', PREFIX .. set, profile)
    if set == 'online' then
      due(now + PROFILE_KEPT_MS, 'profile', profile)
    end
  end
end
