-- Whether a seat with these abilities may serve these needs: protocol.skills.fits, but for the named seat.
local function fits(needs, able)
  local levels = {}
  for _, held in ipairs(able.skills) do
    levels[held.skill] = held.level
  end
  for _, need in ipairs(needs.skills) do
    if (levels[need.skill] or 0) < need.level then
      return false
    end
  end
  if needs.authority > able.authority then
    return false
  end
  local speaks = needs.language == ''
  for _, language in ipairs(able.languages) do
    speaks = speaks or language == needs.language
  end
  local acts = needs.district == ''
  for _, district in ipairs(able.districts) do
    acts = acts or district == needs.district or district == '*'
  end
  return speaks and acts
end
