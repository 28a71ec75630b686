#include "crush_lu/models.hpp"

namespace crush_lu {

void register_models() {
    orm::register_models<CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent, EventRegistration,
                         EventConnection, ConnectionMessage, JourneyConfiguration, JourneyChapter, JourneyChallenge,
                         JourneyReward, JourneyProgress, JourneyAnswer, JourneyChapterCompletion, JourneyUnlock,
                         SpecialUserExperience, InvitationTry>();
}

orm::schema::State state() {
    return orm::schema::state_of<CrushProfile, CrushCoach, ProfileSubmission, Venue, MeetupEvent, EventRegistration,
                                 EventConnection, ConnectionMessage, JourneyConfiguration, JourneyChapter,
                                 JourneyChallenge, JourneyReward, JourneyProgress, JourneyAnswer,
                                 JourneyChapterCompletion, JourneyUnlock, SpecialUserExperience, InvitationTry>();
}

}  // namespace crush_lu
