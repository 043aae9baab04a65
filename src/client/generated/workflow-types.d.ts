// Generated from the workflows by `npm run client`. Do not edit.

export interface Contract {
  workflows: Workflows;
  problem: ProblemDocument;
  history: HistoryEntry;
}
/**
 * Every workflow by name: its start, its representation, its events with their senders, and its deadlines
 */
export interface Workflows {
  /**
   * Verifies that a person receives the mail sent to an address.
   */
  'email-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: EmailVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the destination. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
      /**
       * Corrects the address: a new code goes to the new address, and the old code becomes invalid. Sent by the holder.
       */
      'change-email': {
        /**
         * An email address
         */
        email: string;
      };
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'request-new-code': 'holder';
      cancel: 'holder';
      'change-email': 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Verifies that a person can be reached at a telephone number, by text message or by voice.
   */
  'phone-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * A telephone number: international, or in the national format of `country`. Separators and digits of any script are read as meant
       */
      phone?: string;
      /**
       * The country of a national number
       */
      country?: string;
      /**
       * As a text message, or as a call that speaks the code
       */
      channel?: 'sms' | 'voice';
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: PhoneVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the destination. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
      /**
       * Submits the number, and the channel of the code. Sent by the holder.
       */
      'provide-number': {
        /**
         * A telephone number: international, or in the national format of `country`. Separators and digits of any script are read as meant
         */
        phone: string;
        /**
         * The country of a national number
         */
        country?: string;
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Returns to the entry of a number: the code that was sent becomes invalid. Sent by the holder.
       */
      'change-number': {};
      /**
       * Sends the current code again, by text message or by voice. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'request-new-code': 'holder';
      cancel: 'holder';
      'provide-number': 'holder';
      'change-number': 'holder';
      'switch-channel': 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Verifies the presence of an account’s owner, by password and by a code or another factor.
   */
  'login-verification': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The password of the account
       */
      password: string;
      /**
       * As a text message, as a call that speaks the code, or as an email
       */
      channel?: 'sms' | 'voice' | 'email';
      /**
       * A factor of the account, or `code`. By default the one that the owner prefers, or else the strongest
       */
      factor?: string;
      /**
       * The `deviceToken` from an earlier login on this device
       */
      deviceToken?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: LoginVerification;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
        /**
         * True to trust the device: its later logins need no code
         */
        trustDevice?: boolean;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
      /**
       * Chooses another factor, or a code over a channel of the account. Sent by the holder.
       */
      'choose-factor': {
        /**
         * One of `factors`, or `code` for a code that is sent
         */
        factor: string;
        /**
         * The channel of the code, if the account has it
         */
        channel?: 'sms' | 'voice' | 'email';
      };
      /**
       * Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account. Sent by the holder.
       */
      'prove-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Answers `enrolment` with the new factor, so that it is known to work. Sent by the holder.
       */
      'enrol-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Submits an email address and a password. Sent by the holder.
       */
      'submit-credentials': {
        /**
         * An email address
         */
        email: string;
        /**
         * The password of the account
         */
        password: string;
        /**
         * As a text message, as a call that speaks the code, or as an email
         */
        channel?: 'sms' | 'voice' | 'email';
        /**
         * A factor of the account, or `code`. By default the one that the owner prefers, or else the strongest
         */
        factor?: string;
        /**
         * The `deviceToken` from an earlier login on this device
         */
        deviceToken?: string;
      };
      /**
       * Sends the current code again, over another channel. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, as a call that speaks the code, or as an email
         */
        channel: 'sms' | 'voice' | 'email';
      };
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'request-new-code': 'holder';
      cancel: 'holder';
      'choose-factor': 'holder';
      'prove-factor': 'holder';
      'enrol-factor': 'holder';
      'submit-credentials': 'holder';
      'switch-channel': 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Sets up an account: verifies its address, and optionally a telephone number.
   */
  'account-setup': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * An email address
       */
      email: string;
      /**
       * The new password: 8 characters or more, and hard to guess
       */
      password: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: AccountSetup;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Skips the telephone number: codes will go by email. Sent by the holder.
       */
      'continue-without-phone': {};
      /**
       * Begins to link an account at a provider. The person agrees at `authorizationUrl`. Sent by the holder.
       */
      'link-account': {
        /**
         * A configured provider
         */
        provider: string;
        /**
         * Exactly one of LINK_RETURN_URLS. The provider’s answer leads the browser there, with the value for `confirm-link` in the fragment. Without a return address, the value goes to the page of the service that opened the provider
         */
        returnTo?: string;
      };
      /**
       * Confirms that the grant came from the holder’s own browser. A wrong value counts. Sent by the holder.
       */
      'confirm-link': {
        /**
         * The unchanged value from the callback page. It is valid once, for that grant
         */
        value: string;
      };
      /**
       * Skips the link to an account at a provider. Sent by the holder.
       */
      'skip-link': {};
      /**
       * Cancels the set-up. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'continue-without-phone': 'holder';
      'link-account': 'holder';
      'confirm-link': 'holder';
      'skip-link': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `linkLifetime`
       */
      linkExpiresAt: string;
      /**
       * The end of `sessionLifetime`
       */
      endsAt: string;
    };
  };
  /**
   * Changes the password, the address or the number of an account, after its owner has confirmed the change with a code.
   */
  'account-change': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The requested change
       */
      change:
        | {
            kind: 'email';
            /**
             * An email address
             */
            email: string;
          }
        | {
            kind: 'phone';
            /**
             * A telephone number: international, or in the national format of `country`. Separators and digits of any script are read as meant
             */
            phone: string;
            /**
             * The country of a national number
             */
            country?: string;
            /**
             * As a text message, or as a call that speaks the code
             */
            channel?: 'sms' | 'voice';
          }
        | {
            kind: 'password';
            /**
             * The new password: 8 characters or more, and hard to guess
             */
            password: string;
          };
      /**
       * The channel of the owner’s code, if the account’s telephone supports it
       */
      channel?: 'sms' | 'voice';
      /**
       * A factor of the account, or `code`. By default the one that the owner prefers, or else the strongest
       */
      factor?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: AccountChange;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Sends the current code again, over another channel. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Chooses another factor, or a code over a channel of the account. Sent by the holder.
       */
      'choose-factor': {
        /**
         * One of `factors`, or `code` for a code that is sent
         */
        factor: string;
        /**
         * The channel of the code, if the account has it
         */
        channel?: 'sms' | 'voice' | 'email';
      };
      /**
       * Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account. Sent by the holder.
       */
      'prove-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'switch-channel': 'holder';
      'request-new-code': 'holder';
      'choose-factor': 'holder';
      'prove-factor': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Lets an agent see the personal details of an account for a limited time, with the owner’s consent.
   */
  'support-access': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The account
       */
      accountId: string;
      /**
       * The reason, in words for the owner
       */
      reason: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'agent';
    session: SupportAccess;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Grants this agent a view of the personal details of the account. The owner’s login needs a recently entered code. Sent by the owner.
       */
      grant: {
        /**
         * The duration of the access
         */
        minutes: number;
      };
      /**
       * Denies the access. Sent by the owner.
       */
      deny: {};
      /**
       * Ends the access at once. Sent by the owner.
       */
      revoke: {};
      /**
       * Withdraws the request, or ends the access. Sent by the agent.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      grant: 'owner';
      deny: 'owner';
      revoke: 'owner';
      cancel: 'agent';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `timeGranted`
       */
      endsAt: string;
    };
  };
  /**
   * Adds a passkey to an account, after its owner has confirmed it with a code or a factor.
   */
  'passkey-registration': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The owner’s name for the new factor
       */
      name?: string;
      /**
       * The channel of the owner’s code, if the account’s telephone supports it
       */
      channel?: 'sms' | 'voice';
      /**
       * The factor that confirms the request: one of the account, or `code`. By default the preferred or the strongest one
       */
      factor?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: PasskeyRegistration;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Sends the current code again, over another channel. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Chooses another factor, or a code over a channel of the account. Sent by the holder.
       */
      'choose-factor': {
        /**
         * One of `factors`, or `code` for a code that is sent
         */
        factor: string;
        /**
         * The channel of the code, if the account has it
         */
        channel?: 'sms' | 'voice' | 'email';
      };
      /**
       * Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account. Sent by the holder.
       */
      'prove-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Answers `enrolment` with the new factor, so that it is known to work. Sent by the holder.
       */
      'enrol-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'switch-channel': 'holder';
      'request-new-code': 'holder';
      'choose-factor': 'holder';
      'prove-factor': 'holder';
      'enrol-factor': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Verifies the presence of an account’s owner, by a passkey alone.
   */
  'passkey-login': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'anybody';
    session: PasskeyLogin;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Answers `request` with a passkey of any account. A wrong answer counts for the session and for the client. Sent by the holder.
       */
      'prove-passkey': {
        /**
         * The credential, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Cancels the login. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'prove-passkey': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `passkeySession`
       */
      expiresAt: string;
    };
  };
  /**
   * Proves to an application that is logged in that the owner of the account is there, by a passkey of the account.
   */
  'device-unlock': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: DeviceUnlock;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Answers `request` with a passkey of the account. A wrong answer counts for the session and for the client. Sent by the holder.
       */
      'prove-passkey': {
        /**
         * The credential, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Cancels the unlock. The login stays. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'prove-passkey': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `passkeySession`
       */
      expiresAt: string;
    };
  };
  /**
   * Adds an authenticator app to an account, or replaces it, after the owner has confirmed it with a code or a factor.
   */
  'authenticator-registration': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The channel of the owner’s code, if the account’s telephone supports it
       */
      channel?: 'sms' | 'voice';
      /**
       * The factor that confirms the request: one of the account, or `code`. By default the preferred or the strongest one
       */
      factor?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: AuthenticatorRegistration;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Sends the current code again, over another channel. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Chooses another factor, or a code over a channel of the account. Sent by the holder.
       */
      'choose-factor': {
        /**
         * One of `factors`, or `code` for a code that is sent
         */
        factor: string;
        /**
         * The channel of the code, if the account has it
         */
        channel?: 'sms' | 'voice' | 'email';
      };
      /**
       * Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account. Sent by the holder.
       */
      'prove-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Answers `enrolment` with the new factor, so that it is known to work. Sent by the holder.
       */
      'enrol-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'switch-channel': 'holder';
      'request-new-code': 'holder';
      'choose-factor': 'holder';
      'prove-factor': 'holder';
      'enrol-factor': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
  /**
   * Gives an account new backup codes in place of earlier ones, after the owner has confirmed it with a code or a factor.
   */
  'backup-code-replacement': {
    /**
     * The body that starts a session
     */
    start: {
      /**
       * The channel of the owner’s code, if the account’s telephone supports it
       */
      channel?: 'sms' | 'voice';
      /**
       * The factor that confirms the request: one of the account, or `code`. By default the preferred or the strongest one
       */
      factor?: string;
      /**
       * The device of the request. The message names it
       */
      device?: {
        /**
         * Kind of device
         */
        type?: string;
        /**
         * The owner’s name for the device
         */
        name?: string;
      };
      /**
       * Language of messages, in any form that devices use. Messages fall back to the nearest language, then to English
       */
      locale?: string;
    };
    /**
     * The party that may start a session
     */
    startedBy: 'owner';
    session: BackupCodeReplacement;
    /**
     * The events, each with its body
     */
    events: {
      /**
       * Enters the code. A wrong code counts for the session and for the account. Sent by the holder.
       */
      'submit-code': {
        /**
         * The six digits from the message. Separators, invisible characters and digits of other scripts are read as meant
         */
        code: string;
      };
      /**
       * Sends the current code again. Sent by the holder.
       */
      'resend-code': {};
      /**
       * Sends the current code again, over another channel. Sent by the holder.
       */
      'switch-channel': {
        /**
         * As a text message, or as a call that speaks the code
         */
        channel: 'sms' | 'voice';
      };
      /**
       * Requests a new code after the current one has expired. Sent by the holder.
       */
      'request-new-code': {};
      /**
       * Chooses another factor, or a code over a channel of the account. Sent by the holder.
       */
      'choose-factor': {
        /**
         * One of `factors`, or `code` for a code that is sent
         */
        factor: string;
        /**
         * The channel of the code, if the account has it
         */
        channel?: 'sms' | 'voice' | 'email';
      };
      /**
       * Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account. Sent by the holder.
       */
      'prove-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Answers `enrolment` with the new factor, so that it is known to work. Sent by the holder.
       */
      'enrol-factor': {
        /**
         * The code of an authenticator app, or a backup code
         */
        code?: string;
        /**
         * The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it
         */
        credential?: {
          [k: string]: unknown;
        };
        /**
         * The reason why the person or the device gave no answer
         */
        failure?: 'cancelled' | 'timed-out';
      };
      /**
       * Ends the session without success. Sent by the holder.
       */
      cancel: {};
    };
    /**
     * The roles that send each event
     */
    senders: {
      'submit-code': 'holder';
      'resend-code': 'holder';
      'switch-channel': 'holder';
      'request-new-code': 'holder';
      'choose-factor': 'holder';
      'prove-factor': 'holder';
      'enrol-factor': 'holder';
      cancel: 'holder';
    };
    /**
     * The deadlines that can be pending
     */
    deadlines: {
      /**
       * The end of `codeLifetime`
       */
      expiresAt: string;
      /**
       * The end of `resendCooldown`
       */
      canResendAt: string;
    };
  };
}
/**
 * Verifies that a person receives the mail sent to an address.
 */
export interface EmailVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'email-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   * - `verified`: **Your email address is verified** · The correct code was entered: the address belongs to the person.
   */
  state:
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'cancelled'
    | 'abandoned'
    | 'verified';
  outcome: ('cancelled' | 'abandoned' | 'verified') | null;
  data: {
    /**
     * The address, masked
     */
    email: string;
    channel: 'email';
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'submit-code' | 'resend-code' | 'request-new-code' | 'cancel' | 'delivery-reported' | 'change-email';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Verifies that a person can be reached at a telephone number, by text message or by voice.
 */
export interface PhoneVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'phone-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `awaitingNumber`: **Verify your phone number** · The person enters a number, and chooses a text message or a call. Nothing is sent before. · We will send a code by text message or phone call.
   * - `codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   * - `verified`: **Your phone number is verified** · The correct code was entered: the number belongs to the person.
   */
  state:
    | 'awaitingNumber'
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'cancelled'
    | 'abandoned'
    | 'verified';
  outcome: ('cancelled' | 'abandoned' | 'verified') | null;
  data: {
    /**
     * The number, masked; null before it is submitted
     */
    phone: string | null;
    /**
     * The channel of the code; null before a number is submitted
     */
    channel: ('sms' | 'voice') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'request-new-code'
      | 'cancel'
      | 'provide-number'
      | 'change-number'
      | 'switch-channel'
      | 'delivery-reported';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Verifies the presence of an account’s owner, by password and by a code or another factor.
 */
export interface LoginVerification {
  /**
   * The session
   */
  id: string;
  workflow: 'login-verification';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `awaitingCredentials`: **Log in** · The person enters the email address and the password of the account.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   * - `codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `provingFactor`: **Confirm that it is you** · The owner answers with the chosen factor. Each answer uses up its request, and another one follows. · Use the method that is shown, or choose another one.
   * - `recognised`: **You are logged in** · The owner has proved to be present. If the service demands a factor that the account does not have, it is enrolled now.
   * - `enrollingFactor`: **Add a way to confirm that it is you** · The owner sets up the factor on a device, and answers with it once. So it is known to work before it counts. · Follow the steps on your device.
   * - `storingFactor`: **Add a way to confirm that it is you** · The factor is stored, once. The enrolment can no longer be cancelled. · Follow the steps on your device.
   * - `authenticated`: **You are logged in** · The password was correct, and so was the code or the other factor, unless the owner trusts the device.
   * - `denied`: **Request denied** · Too many wrong credentials, in this session or for the account, or the account has changed in the meantime. Another login needs a new session. · Start over to try again.
   */
  state:
    | 'awaitingCredentials'
    | 'cancelled'
    | 'abandoned'
    | 'codeActive.delivering'
    | 'codeActive.cooldown'
    | 'codeActive.resendable'
    | 'codeActive.deliveryFailed'
    | 'codeActive.locked'
    | 'expired'
    | 'provingFactor'
    | 'recognised'
    | 'enrollingFactor'
    | 'storingFactor'
    | 'authenticated'
    | 'denied';
  outcome: ('cancelled' | 'abandoned' | 'authenticated' | 'denied') | null;
  data: {
    /**
     * The address of the account, masked; null before the correct credentials
     */
    email: string | null;
    /**
     * The number of the account, masked; null without one
     */
    phone: string | null;
    /**
     * The channel of the code; null if no code is needed
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * The wrong credentials that are left before the session is denied
     */
    triesLeft: number;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
    /**
     * The chosen factor; null without one
     */
    factor: string | null;
    /**
     * The factors that the account has, the strongest first
     */
    factors: string[];
    /**
     * The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The data that is needed to set the factor up, such as a QR code. Only the holder sees it, and only until the factor is enrolled
     */
    enrolment: {
      [k: string]: unknown;
    } | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'request-new-code'
      | 'cancel'
      | 'choose-factor'
      | 'prove-factor'
      | 'enrol-factor'
      | 'submit-credentials'
      | 'switch-channel'
      | 'delivery-reported';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * Opens the account at `/v1/me`, and authenticates the owner at other routes, for a short time. `access-token` renews it. Send it to this service only
   */
  accessToken?: string;
  /**
   * For the next login on this trusted device
   */
  deviceToken?: string;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Sets up an account: verifies its address, and optionally a telephone number.
 */
export interface AccountSetup {
  /**
   * The session
   */
  id: string;
  workflow: 'account-setup';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `verifyingEmail`: A child session verifies the address. If the address already has an account, its owner gets a notice instead of a code.
   * - `verifyingPhone`: A child session verifies a telephone number, unless the person skips it.
   * - `linking`: **Link another account** · The person can link an account at a provider, or skip this.
   * - `authorizing`: **Link another account** · The person is at the provider, which asks them to approve the link.
   * - `confirmingLink`: **Link another account** · The grant is stored. The holder must confirm with a value that only the browser at the provider received. So nothing is linked if an attacker makes another person open the link and agree.
   * - `exchangingGrant`: **Link another account** · The provider is asked for the identity behind the grant. Its answer must match the request.
   * - `creatingAccount`: **Creating your account** · All details are known, and the account is created. The set-up can no longer be cancelled.
   * - `complete`: **Your account is ready** · The account exists, and its owner can log in.
   * - `cancelled`: **Cancelled** · Cancelled: nothing of the account remains, and the address is free. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: nothing of the account remains, and the address is free. · The time to finish ran out. Nothing was changed.
   */
  state:
    | 'verifyingEmail'
    | 'verifyingPhone'
    | 'linking'
    | 'authorizing'
    | 'confirmingLink'
    | 'exchangingGrant'
    | 'creatingAccount'
    | 'complete'
    | 'cancelled'
    | 'abandoned';
  outcome: ('complete' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address, masked: the verified one as soon as there is one
     */
    email: string;
    /**
     * The verified number, masked; null before
     */
    phone: string | null;
    /**
     * The provider’s page on which the person agrees to the link; null while no link is under way
     */
    authorizationUrl: string | null;
    /**
     * The reason why the latest attempt did not link an account: `refused`, `expired`, `unconfirmed`, `unavailable`, `taken`; null without a failure
     */
    linkFailure: string | null;
  };
  linkExpiresAt: string | null;
  endsAt: string | null;
  child: {
    /**
     * The workflow of the child session
     */
    workflow: 'email-verification' | 'phone-verification';
    /**
     * The session
     */
    id: string;
    /**
     * The path of the child session
     */
    href: string;
    /**
     * The bearer token of the child session
     */
    sessionToken: string;
  } | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'continue-without-phone' | 'link-account' | 'provider-returned' | 'confirm-link' | 'skip-link' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Changes the password, the address or the number of an account, after its owner has confirmed the change with a code.
 */
export interface AccountChange {
  /**
   * The session
   */
  id: string;
  workflow: 'account-change';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: **Enter the code** · The requested change is valid, and the channel to the owner is known.
   * - `confirming.codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `confirming.codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `confirming.codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `confirming.codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `confirming.codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `confirming.expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `confirming.provingFactor`: **Confirm that it is you** · The owner answers with the chosen factor. Each answer uses up its request, and another one follows. · Use the method that is shown, or choose another one.
   * - `confirmed`: **Enter the code** · The owner has confirmed the change. A new password needs no verification.
   * - `verifyingDestination`: A child session verifies the new address or number, which can no longer be replaced. If the address already has an account, its owner gets a notice instead of a code.
   * - `applying`: **Changing your account** · The change is applied, once. It can no longer be cancelled.
   * - `applied`: **Your account was updated** · The account is changed, and its owner gets a notice.
   * - `denied`: **Request denied** · The account has changed in the meantime, or the address has become another account’s. A new change needs a new session. · Start over to try again.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   */
  state:
    | 'requested'
    | 'confirming.codeActive.delivering'
    | 'confirming.codeActive.cooldown'
    | 'confirming.codeActive.resendable'
    | 'confirming.codeActive.deliveryFailed'
    | 'confirming.codeActive.locked'
    | 'confirming.expired'
    | 'confirming.provingFactor'
    | 'confirmed'
    | 'verifyingDestination'
    | 'applying'
    | 'applied'
    | 'denied'
    | 'cancelled'
    | 'abandoned';
  outcome: ('applied' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The kind of the change
     */
    kind: 'email' | 'phone' | 'password';
    /**
     * The address of the account, masked
     */
    email: string;
    /**
     * The number of the account, masked; null without one
     */
    phone: string | null;
    /**
     * The new address, masked; null if the address stays
     */
    newEmail: string | null;
    /**
     * The new number, masked; null if the number stays
     */
    newPhone: string | null;
    /**
     * The channel of the owner’s code; null while a factor is used
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
    /**
     * The chosen factor; null without one
     */
    factor: string | null;
    /**
     * The factors that the account has, the strongest first
     */
    factors: string[];
    /**
     * The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor
     */
    request: {
      [k: string]: unknown;
    } | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  child: {
    /**
     * The workflow of the child session
     */
    workflow: 'email-verification' | 'phone-verification';
    /**
     * The session
     */
    id: string;
    /**
     * The path of the child session
     */
    href: string;
    /**
     * The bearer token of the child session
     */
    sessionToken: string;
  } | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'switch-channel'
      | 'request-new-code'
      | 'choose-factor'
      | 'prove-factor'
      | 'delivery-reported'
      | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Lets an agent see the personal details of an account for a limited time, with the owner’s consent.
 */
export interface SupportAccess {
  /**
   * The session
   */
  id: string;
  workflow: 'support-access';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: **Support asks to see your details** · An agent has requested access, with a reason. The owner gets a notice, and decides.
   * - `granted`: **Support can see your details** · Only this agent sees the personal details of the account. Each look is recorded for the owner.
   * - `ended`: **Support can no longer see your details** · The time is up, or the owner or the agent has ended the access. Personal details are masked again.
   * - `denied`: **Access denied** · The owner has denied the access. · Support cannot see your details.
   * - `cancelled`: **Cancelled** · The agent has withdrawn the request. · Nothing was changed.
   * - `abandoned`: **Out of time** · The owner did not answer in time. · The time to finish ran out. Nothing was changed.
   */
  state: 'requested' | 'granted' | 'ended' | 'denied' | 'cancelled' | 'abandoned';
  outcome: ('ended' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The account
     */
    accountId: string;
    /**
     * The agent who requests access
     */
    agent: string;
    /**
     * The reason, in the agent’s words
     */
    reason: string;
    /**
     * The granted duration; null before the grant
     */
    minutes: number | null;
  };
  endsAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'grant' | 'deny' | 'revoke' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Adds a passkey to an account, after its owner has confirmed it with a code or a factor.
 */
export interface PasskeyRegistration {
  /**
   * The session
   */
  id: string;
  workflow: 'passkey-registration';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: **Enter the code** · The owner of an account asks to add a factor, and the way to confirm it is known.
   * - `confirming.codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `confirming.codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `confirming.codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `confirming.codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `confirming.codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `confirming.expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `confirming.provingFactor`: **Confirm that it is you** · The owner answers with the chosen factor. Each answer uses up its request, and another one follows. · Use the method that is shown, or choose another one.
   * - `enrollingFactor`: **Add a way to confirm that it is you** · The owner sets up the factor on a device, and answers with it once. So it is known to work before it counts. · Follow the steps on your device.
   * - `storingFactor`: **Add a way to confirm that it is you** · The factor is stored, once. The enrolment can no longer be cancelled. · Follow the steps on your device.
   * - `enrolled`: **Your passkey is ready** · The account has the factor, and its owner gets a notice.
   * - `denied`: **Request denied** · Too many wrong answers, the account has changed in the meantime, or another account has the credential. · Start over to try again.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   */
  state:
    | 'requested'
    | 'confirming.codeActive.delivering'
    | 'confirming.codeActive.cooldown'
    | 'confirming.codeActive.resendable'
    | 'confirming.codeActive.deliveryFailed'
    | 'confirming.codeActive.locked'
    | 'confirming.expired'
    | 'confirming.provingFactor'
    | 'enrollingFactor'
    | 'storingFactor'
    | 'enrolled'
    | 'denied'
    | 'cancelled'
    | 'abandoned';
  outcome: ('enrolled' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address of the account, masked
     */
    email: string;
    /**
     * The number of the account, masked; null without one
     */
    phone: string | null;
    /**
     * The channel of the owner’s code; null if a factor was used instead
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
    /**
     * The chosen factor; null without one
     */
    factor: string | null;
    /**
     * The factors that the account has, the strongest first
     */
    factors: string[];
    /**
     * The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The data that is needed to set the factor up, such as a QR code. Only the holder sees it, and only until the factor is enrolled
     */
    enrolment: {
      [k: string]: unknown;
    } | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'switch-channel'
      | 'request-new-code'
      | 'choose-factor'
      | 'prove-factor'
      | 'enrol-factor'
      | 'delivery-reported'
      | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Verifies the presence of an account’s owner, by a passkey alone.
 */
export interface PasskeyLogin {
  /**
   * The session
   */
  id: string;
  workflow: 'passkey-login';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `asking`: **Log in with your passkey** · The person chooses a passkey on the device. Each answer uses up its request, and another one follows. · Use your fingerprint, your face or the lock of your device.
   * - `authenticated`: **You are logged in** · The owner of the account is present, by two factors: the device, and the verification of the person on it.
   * - `denied`: **Request denied** · Too many answers were wrong. · Start over to try again.
   * - `cancelled`: **Cancelled** · The person has cancelled the login. · Nothing was changed.
   * - `abandoned`: **Out of time** · The device did not answer in time. · The time to finish ran out. Nothing was changed.
   */
  state: 'asking' | 'authenticated' | 'denied' | 'cancelled' | 'abandoned';
  outcome: ('authenticated' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address of the account, masked; null before a correct answer
     */
    email: string | null;
    /**
     * The options of `navigator.credentials.get`, as JSON; null at the end
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The wrong answers that are left before the session is denied
     */
    triesLeft: number;
  };
  expiresAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'prove-passkey' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * Opens the account at `/v1/me`, and authenticates the owner at other routes, for a short time. `access-token` renews it. Send it to this service only
   */
  accessToken?: string;
  /**
   * For the next login on this trusted device
   */
  deviceToken?: string;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Proves to an application that is logged in that the owner of the account is there, by a passkey of the account.
 */
export interface DeviceUnlock {
  /**
   * The session
   */
  id: string;
  workflow: 'device-unlock';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `locked`: **Unlock** · The device asks its owner. Each answer uses up its request, and another one follows. · Use your fingerprint, your face or the lock of your device.
   * - `renewing`: **Unlock** · The login counts as a second factor again. The proof can no longer be cancelled.
   * - `unlocked`: **Unlocked** · The owner is there. The login that asked, and no other, counts as a second factor again.
   * - `denied`: **Request denied** · Too many answers were wrong, the account has changed, or the login has ended. · Start over to try again.
   * - `cancelled`: **Cancelled** · The person has cancelled the unlock. · Nothing was changed.
   * - `abandoned`: **Out of time** · The device did not answer in time. · The time to finish ran out. Nothing was changed.
   */
  state: 'locked' | 'renewing' | 'unlocked' | 'denied' | 'cancelled' | 'abandoned';
  outcome: ('unlocked' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The options of `navigator.credentials.get`, as JSON; null at the end
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The wrong answers that are left before the session is denied
     */
    triesLeft: number;
  };
  expiresAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type: 'prove-passkey' | 'cancel';
    method: 'POST';
    href: string;
  }[];
  result: {
    /**
     * A signed JWT, to be verified with `/.well-known/jwks.json`
     */
    token: string;
  } | null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Adds an authenticator app to an account, or replaces it, after the owner has confirmed it with a code or a factor.
 */
export interface AuthenticatorRegistration {
  /**
   * The session
   */
  id: string;
  workflow: 'authenticator-registration';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: **Enter the code** · The owner of an account asks to add a factor, and the way to confirm it is known.
   * - `confirming.codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `confirming.codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `confirming.codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `confirming.codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `confirming.codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `confirming.expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `confirming.provingFactor`: **Confirm that it is you** · The owner answers with the chosen factor. Each answer uses up its request, and another one follows. · Use the method that is shown, or choose another one.
   * - `enrollingFactor`: **Add a way to confirm that it is you** · The owner sets up the factor on a device, and answers with it once. So it is known to work before it counts. · Follow the steps on your device.
   * - `storingFactor`: **Add a way to confirm that it is you** · The factor is stored, once. The enrolment can no longer be cancelled. · Follow the steps on your device.
   * - `enrolled`: **Your authenticator app is ready** · The account has the factor, and its owner gets a notice.
   * - `denied`: **Request denied** · Too many wrong answers, the account has changed in the meantime, or another account has the credential. · Start over to try again.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   */
  state:
    | 'requested'
    | 'confirming.codeActive.delivering'
    | 'confirming.codeActive.cooldown'
    | 'confirming.codeActive.resendable'
    | 'confirming.codeActive.deliveryFailed'
    | 'confirming.codeActive.locked'
    | 'confirming.expired'
    | 'confirming.provingFactor'
    | 'enrollingFactor'
    | 'storingFactor'
    | 'enrolled'
    | 'denied'
    | 'cancelled'
    | 'abandoned';
  outcome: ('enrolled' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address of the account, masked
     */
    email: string;
    /**
     * The number of the account, masked; null without one
     */
    phone: string | null;
    /**
     * The channel of the owner’s code; null if a factor was used instead
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
    /**
     * The chosen factor; null without one
     */
    factor: string | null;
    /**
     * The factors that the account has, the strongest first
     */
    factors: string[];
    /**
     * The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The data that is needed to set the factor up, such as a QR code. Only the holder sees it, and only until the factor is enrolled
     */
    enrolment: {
      [k: string]: unknown;
    } | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'switch-channel'
      | 'request-new-code'
      | 'choose-factor'
      | 'prove-factor'
      | 'enrol-factor'
      | 'delivery-reported'
      | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * Gives an account new backup codes in place of earlier ones, after the owner has confirmed it with a code or a factor.
 */
export interface BackupCodeReplacement {
  /**
   * The session
   */
  id: string;
  workflow: 'backup-code-replacement';
  /**
   * The version of the workflow that the session runs
   */
  version: number;
  /**
   * Grows by one with every change
   */
  revision: number;
  /**
   * `active` until the session has ended
   */
  status: 'active' | 'done';
  /**
   * Where the session is:
   *
   * - `requested`: **Enter the code** · The owner of an account asks to add a factor, and the way to confirm it is known.
   * - `confirming.codeActive.delivering`: **Enter the code** · The message is on its way to the provider. The code already counts: it may arrive first.
   * - `confirming.codeActive.cooldown`: **Enter the code** · The provider has accepted the message. The message has time to arrive before the code can be sent again.
   * - `confirming.codeActive.resendable`: **Enter the code** · Nothing arrived? The same code can be sent again.
   * - `confirming.codeActive.deliveryFailed`: **The code was not delivered** · The message could not be delivered. The code can be sent again at once, or to another destination. · Send it again, or enter it if it has arrived.
   * - `confirming.codeActive.locked`: **Too many wrong codes** · Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired. · This code is locked. You can get a new one once it expires.
   * - `confirming.expired`: **The code has expired** · The code has expired. A new one can be requested. · Get a new code to continue.
   * - `confirming.provingFactor`: **Confirm that it is you** · The owner answers with the chosen factor. Each answer uses up its request, and another one follows. · Use the method that is shown, or choose another one.
   * - `enrollingFactor`: **Add a way to confirm that it is you** · The owner sets up the factor on a device, and answers with it once. So it is known to work before it counts. · Follow the steps on your device.
   * - `storingFactor`: **Add a way to confirm that it is you** · The factor is stored, once. The enrolment can no longer be cancelled. · Follow the steps on your device.
   * - `enrolled`: **Your backup codes are ready** · The account has the factor, and its owner gets a notice.
   * - `denied`: **Request denied** · Too many wrong answers, the account has changed in the meantime, or another account has the credential. · Start over to try again.
   * - `cancelled`: **Cancelled** · Cancelled by the person or the application. · Nothing was changed.
   * - `abandoned`: **Out of time** · Never finished: the session ran out of time. · The time to finish ran out. Nothing was changed.
   */
  state:
    | 'requested'
    | 'confirming.codeActive.delivering'
    | 'confirming.codeActive.cooldown'
    | 'confirming.codeActive.resendable'
    | 'confirming.codeActive.deliveryFailed'
    | 'confirming.codeActive.locked'
    | 'confirming.expired'
    | 'confirming.provingFactor'
    | 'enrollingFactor'
    | 'storingFactor'
    | 'enrolled'
    | 'denied'
    | 'cancelled'
    | 'abandoned';
  outcome: ('enrolled' | 'denied' | 'cancelled' | 'abandoned') | null;
  data: {
    /**
     * The address of the account, masked
     */
    email: string;
    /**
     * The number of the account, masked; null without one
     */
    phone: string | null;
    /**
     * The channel of the owner’s code; null if a factor was used instead
     */
    channel: ('sms' | 'voice' | 'email') | null;
    /**
     * The number of digits in a code
     */
    codeLength: number;
    /**
     * The wrong codes that are left before the current code is locked
     */
    attemptsLeft: number;
    /**
     * The number of times that the current code can still be sent
     */
    sendsLeft: number;
    /**
     * The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure
     */
    deliveryFailure: string | null;
    /**
     * The chosen factor; null without one
     */
    factor: string | null;
    /**
     * The factors that the account has, the strongest first
     */
    factors: string[];
    /**
     * The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor
     */
    request: {
      [k: string]: unknown;
    } | null;
    /**
     * The data that is needed to set the factor up, such as a QR code. Only the holder sees it, and only until the factor is enrolled
     */
    enrolment: {
      [k: string]: unknown;
    } | null;
  };
  expiresAt: string | null;
  canResendAt: string | null;
  /**
   * The events that the session accepts now
   */
  events: {
    /**
     * The event
     */
    type:
      | 'submit-code'
      | 'resend-code'
      | 'switch-channel'
      | 'request-new-code'
      | 'choose-factor'
      | 'prove-factor'
      | 'enrol-factor'
      | 'delivery-reported'
      | 'cancel';
    method: 'POST';
    href: string;
  }[];
  /**
   * Null: this workflow has no result
   */
  result: null;
  /**
   * A short code that a person can read out to support
   */
  reference: string;
  /**
   * The time of the start
   */
  createdAt: string;
  /**
   * The time of the last change
   */
  updatedAt: string;
}
/**
 * The reason why a request failed (RFC 9457)
 */
export interface ProblemDocument {
  /**
   * The page that explains the code
   */
  type: string;
  /**
   * The meaning of the code, in a few words
   */
  title: string;
  /**
   * The status of the answer
   */
  status: number;
  /**
   * The cause in this case
   */
  detail: string;
  /**
   * The kind of problem. It is stable: decide by it, not by the texts
   */
  code:
    | 'invalid-request'
    | 'unauthenticated'
    | 'second-factor-required'
    | 'not-found'
    | 'event-not-accepted'
    | 'body-too-large'
    | 'unsupported-media-type'
    | 'idempotency-mismatch'
    | 'rate-limited'
    | 'internal-error'
    | 'unavailable'
    | 'code-still-valid'
    | 'code-expired'
    | 'wrong-code'
    | 'same-destination'
    | 'landline-needs-voice'
    | 'invalid-phone'
    | 'resend-too-soon'
    | 'too-many-attempts'
    | 'send-limit'
    | 'code-limit'
    | 'wrong-link-value'
    | 'address-taken'
    | 'weak-password'
    | 'invalid-credentials'
    | 'account-changed'
    | 'factor-changed'
    | 'factor-too-weak'
    | 'no-such-factor'
    | 'factor-limit'
    | 'wrong-factor'
    | 'unknown-credential'
    | 'foreign-credential'
    | 'cloned-credential';
  /**
   * With `invalid-request`: each error with its place
   */
  errors?: {
    /**
     * JSON pointer, or the name of a header
     */
    path: string;
    message: string;
  }[];
  /**
   * With `event-not-accepted`: the state of the session
   */
  state?: string;
  /**
   * With `event-not-accepted`: the events that the session accepts now
   */
  accepted?: string[];
  /**
   * With `rate-limited` and `too-many-attempts`: what is counted together; absent where the limit is one of the session alone
   */
  limit?:
    | 'destination'
    | 'number-range'
    | 'country'
    | 'country-share'
    | 'client'
    | 'network'
    | 'account'
    | 'password'
    | 'agent'
    | 'guesses'
    | 'guesses-network'
    | 'guesses-closed'
    | 'account-guesses'
    | 'account-guesses-network'
    | 'account-blocked'
    | 'account-channel-closed';
  /**
   * With `rate-limited`: other channels that can carry the same message now
   *
   * Items: How a code reaches a person
   */
  channels?: ('email' | 'sms' | 'voice')[];
  /**
   * With `wrong-code`: further guesses of this code
   */
  attemptsLeft?: number;
  /**
   * With `second-factor-required`: the greatest age of the login’s code, in seconds
   */
  maxAge?: number;
  /**
   * The session, if the caller may read it
   */
  session?:
    | EmailVerification
    | PhoneVerification
    | LoginVerification
    | AccountSetup
    | AccountChange
    | SupportAccess
    | PasskeyRegistration
    | PasskeyLogin
    | DeviceUnlock
    | AuthenticatorRegistration
    | BackupCodeReplacement;
  /**
   * With the refusal of a start: the bearer token of `session`
   */
  sessionToken?: string;
}
/**
 * An entry of the history
 */
export interface HistoryEntry {
  /**
   * The time of the entry
   */
  at: string;
  /**
   * The event, or the timer or end of a task; `start` for the first entry
   */
  event: string;
  from: string | null;
  /**
   * The state after
   */
  to: string;
  refusal: string | null;
}
