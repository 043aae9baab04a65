/** The compiled command. */
export declare const entry: string;
export declare function buildIfStale(): Promise<void>;
