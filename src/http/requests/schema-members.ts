/** Schemas of members that many bodies and answers have. */
import { type TSchema, Type } from '@sinclair/typebox';

export const Time = (description: string) => Type.String({ format: 'date-time', description });
export const Id = (description: string) => Type.String({ format: 'uuid', description });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const OneOf = (values: readonly string[], description: string) => Type.String({ enum: values, description });
